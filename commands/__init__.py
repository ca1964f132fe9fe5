"""What an operator asks for at the command line: each file one command, its arguments and its answer."""
