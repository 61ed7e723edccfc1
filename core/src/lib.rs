//! The core of the VREMENA GODA loyalty app.
