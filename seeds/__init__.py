"""What the demo clinic and the tests are made from: protocols, people, stories and a catching mail server."""
