//! Typed indexes into the tables of one run. Valid for that run only, never written to a file.
//!
//! They are held as numbers from 1, so that "none" takes no room.

use std::num::NonZeroU32;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The id of the row at `position`.
            #[must_use]
            pub fn from_index(position: usize) -> Self {
                let number = u32::try_from(position + 1).ok().and_then(NonZeroU32::new);
                Self(number.expect("tables hold fewer than 2^32 rows"))
            }

            /// The row's position in its table.
            #[must_use]
            pub const fn index(self) -> usize {
                (self.0.get() - 1) as usize
            }
        }
    };
}

index! {
    /// A node (cluster, remote, guest or bundle node): index into `Config::nodes`.
    NodeId
}
index! {
    /// A resource of any kind, instances and implied resources included: index into `Config::resources`.
    RscId
}
index! {
    /// An action: index into the book. The number that users see (`id` in the graph) is the index plus one.
    ActionId
}

impl ActionId {
    /// The number written to graphs: counted from 1 in order of creation.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0.get()
    }
}
