"""What is made from a homework: template, notebooks and README, the public suite, the handout, zips for Gradescope."""
