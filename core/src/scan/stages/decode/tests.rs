//! Codes drawn by rxing's encoder, damaged in many ways, and matrices that are no codes.

mod blocks;
mod codes;
mod damage;
mod information;
mod nonsense;
mod whole;
