"""Figures told and sent: bulletins, rankings, exports, pictures, spot checks, the joint meeting."""
