"""One November: its dates, its submission window, its themes."""
