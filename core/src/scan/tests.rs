//! Codes drawn here, the story's pictures, the pictures that once were read, and input that is none.

mod advice;
mod any_pixels;
mod bad_input;
mod combining;
mod drawing;
mod frames;
mod places;
mod regression;
mod stills;
mod sums;
