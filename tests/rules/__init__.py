"""What each module of the rules room promises."""
