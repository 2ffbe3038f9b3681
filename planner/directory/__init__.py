"""Organisations and labs, regions, who works in which."""
