"""The people who work in the shop: roles, sign-in, sessions."""
