"""Named programs as data: examples in the style of programs that the field talks about, one file each."""
