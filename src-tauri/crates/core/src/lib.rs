//! Placeholder door plate.
