//! What programs that we did not write read in a feed: the same instants, the same number.
