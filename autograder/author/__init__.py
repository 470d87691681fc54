"""For whoever writes problems: begins one that is green, and says what to mend. Writes only below the root."""
