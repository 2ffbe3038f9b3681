"""The demonstration data: real labs and past events, moved around the day they are loaded, and marked as examples."""
