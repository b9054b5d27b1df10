"""Facts, their derivation, and the rendering of references to them."""
