"""The manual for those who keep the shop: chapters in docs/manual, shown behind the help button of every page."""
