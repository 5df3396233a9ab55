"""Parts that fit the shipped weights: reading gold stories, the small encoder, the objectives."""
