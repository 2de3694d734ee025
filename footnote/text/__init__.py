"""Text processing: normalization, words, sentences, wordpieces and chunking."""
