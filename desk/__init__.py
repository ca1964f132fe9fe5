"""Every change to the office's records, one transaction each. Change through the desk."""
