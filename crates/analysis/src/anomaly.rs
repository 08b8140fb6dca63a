//! Points and stretches of a series that are not what its own past leads one to expect.
