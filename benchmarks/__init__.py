"""Accuracy, speed and the shipped prior, rerun by one command each."""
