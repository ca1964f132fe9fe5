"""The pure rules of the office: catalogue, workdays, clocks, states. Standard library only."""
