//! Codes drawn here, the story's pictures, and input that is none.

mod any_pixels;
mod bad_input;
mod combining;
mod drawing;
mod frames;
mod places;
mod stills;
mod sums;
