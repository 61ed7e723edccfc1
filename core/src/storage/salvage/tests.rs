//! Salvage of files that are really damaged.

mod damage;
mod noise;
mod openings;
mod places;
