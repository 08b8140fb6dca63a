//! What a series will do next, with intervals that hold.
