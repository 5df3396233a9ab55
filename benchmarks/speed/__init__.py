"""How fast, and how much memory: figures of one run, as ratios that hold on other machines."""
