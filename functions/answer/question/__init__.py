"""The question: the messages of a conversation and their last question, made to stand alone."""
