"""The untrusted side: what runs in the process of the student's code; imports nothing of ours but `autograder.wire`."""
