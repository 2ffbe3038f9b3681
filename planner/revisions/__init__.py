"""What becomes of a published event: edits that wait for a yes, places, cancelling, postponing, moving online."""
