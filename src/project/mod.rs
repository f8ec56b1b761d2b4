//! What the build context says. Reads, never executes.
