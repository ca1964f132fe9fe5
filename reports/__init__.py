"""Figures in; words, pictures and sheets out."""
