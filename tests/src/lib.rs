//! Tests of the whole workspace: compile errors, hygiene, and generated code at work.
