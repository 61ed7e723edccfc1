//! Codes drawn here, the story's pictures, and input that is none.

mod bad_input;
mod drawing;
mod frames;
mod stills;
