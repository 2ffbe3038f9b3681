"""Events, sessions, rooms, tracks, speakers; the national calendar."""
