"""The small homework on which gradelbo is measured beside other autograders."""
