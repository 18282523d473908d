"""What is planted: the shipped protocols, and a demo clinic whose stories run through the real actions."""
