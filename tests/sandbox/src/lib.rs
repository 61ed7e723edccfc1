//! A gallery backend to develop and test against.
