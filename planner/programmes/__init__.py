"""The lab's desk: composing, submitting and changing its November."""
