//! What happens to a phone, under the control of a test: so far its disk.
//!
//! | file | what |
//! |---|---|
//! | [`disk`] | what a disk may do to the files of a phone: kills, power losses, no space |

pub mod disk;
