"""What residents do at the counter: report, answer, ask, correct, judge, see and delete their data."""
