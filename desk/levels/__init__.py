"""The ladder above a community: organisations, what climbs and comes back, units, the council."""
