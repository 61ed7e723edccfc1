//! Codes drawn here, the story's pictures, and input that is none.

mod advice;
mod bad_input;
mod drawing;
mod frames;
mod stills;
