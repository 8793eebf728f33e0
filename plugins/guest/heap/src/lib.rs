//! The memory that components allocate from.
//!
//! A component lives for one call, in which the host writes hundreds of texts into its memory, and which it ends with
//! all of its memory. So this allocator does little: a block is cut off the end of what is used, and one that is given
//! back waits for the next of its size. Nothing is searched, split or merged.
//!
//! The first bytes of a [`Heap`] are part of the component's initial memory. Growing memory during a call would cost the
//! host two changes of page protection, which all threads of its process wait for.
//!
//! ```
//! # #[cfg(target_arch = "wasm32")]
//! #[global_allocator]
//! static HEAP: pfms_heap::Heap<{ 512 << 10 }> = pfms_heap::Heap::new();
//! ```

// An allocator is unsafe by nature. What a mistake here could reach is the memory of one call in the sandbox.
#![allow(unsafe_code)]
#![allow(
    clippy::cast_ptr_alignment,
    reason = "blocks are aligned to GRAIN, as every pointer in them is"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::ptr;

/// Every block begins at a multiple of this, and is one in size.
const GRAIN: usize = 16;
/// Up to here each multiple of [`GRAIN`] is a size of its own; from here on sizes double.
const SMALL: usize = 1 << 10;
const SMALL_SIZES: usize = SMALL / GRAIN;
/// Doublings of [`SMALL`]; larger blocks than the last are cut to measure and not used again.
const LARGE_SIZES: usize = 14;
const SIZES: usize = SMALL_SIZES + LARGE_SIZES;
/// By how much memory grows at least, in bytes.
const GROWTH: usize = 256 << 10;
/// Bytes of a page of WebAssembly.
const PAGE: usize = 64 << 10;

/// An allocator whose first `N` bytes are part of the component's initial memory. It is for one thread.
pub struct Heap<const N: usize> {
    arena: Arena<N>,
    /// Where the next block begins, once there was one.
    next: Cell<*mut u8>,
    /// Where what can be cut up ends.
    end: Cell<*mut u8>,
    /// The blocks of each size that were given back: each begins with where the one before it is.
    free: [Cell<*mut u8>; SIZES],
}

#[repr(align(16))]
struct Arena<const N: usize>(UnsafeCell<[u8; N]>);

// SAFETY: a component has one thread: the sandbox knows no shared memory. Natively it is not the global allocator, and
// tests use each from the thread that made it.
unsafe impl<const N: usize> Sync for Heap<N> {}

impl<const N: usize> Heap<N> {
    /// A heap of which nothing is used.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            arena: Arena(UnsafeCell::new([0; N])),
            next: Cell::new(ptr::null_mut()),
            end: Cell::new(ptr::null_mut()),
            free: [const { Cell::new(ptr::null_mut()) }; SIZES],
        }
    }

    /// A block off the end of what is used; null when memory may not grow.
    fn cut(&self, size: usize, align: usize) -> *mut u8 {
        if self.next.get().is_null() {
            let start = self.arena.0.get().cast::<u8>();
            self.next.set(start);
            self.end.set(start.wrapping_add(N));
        }
        loop {
            let next = self.next.get();
            let gap = next.align_offset(align.max(GRAIN));
            let left = self.end.get().addr() - next.addr();
            let Some(taken) = gap.checked_add(size) else {
                return ptr::null_mut();
            };
            if taken <= left {
                self.next.set(next.wrapping_add(taken));
                return next.wrapping_add(gap);
            }
            if !self.grow(size.saturating_add(align)) {
                return ptr::null_mut();
            }
        }
    }

    /// Makes room for at least so many bytes.
    #[cfg(target_arch = "wasm32")]
    fn grow(&self, bytes: usize) -> bool {
        let pages = bytes.max(GROWTH).div_ceil(PAGE);
        let before = std::arch::wasm32::memory_grow(0, pages);
        if before == usize::MAX {
            return false;
        }
        let start = ptr::with_exposed_provenance_mut::<u8>(before * PAGE);
        // Where it follows what there was, the rest of that is not lost.
        if start != self.end.get() {
            self.next.set(start);
        }
        self.end.set(start.wrapping_add(pages * PAGE));
        true
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn grow(&self, bytes: usize) -> bool {
        let _ = (bytes.max(GROWTH) / PAGE, self);
        false
    }

    /// Whether nothing has been cut off since this block.
    fn is_last(&self, block: *mut u8, size: usize) -> bool {
        block.wrapping_add(size) == self.next.get()
    }
}

impl<const N: usize> Default for Heap<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// The size of the block for a request, and where such blocks wait for their next use. None waits for long: blocks that
/// are larger than any in the list, or aligned to more than [`GRAIN`].
fn block_of(size: usize, align: usize) -> (usize, Option<usize>) {
    let whole = size.max(1).saturating_add(GRAIN - 1) & !(GRAIN - 1);
    if align > GRAIN {
        return (whole, None);
    }
    if whole <= SMALL {
        return (whole, Some(whole / GRAIN - 1));
    }
    let doublings = whole.div_ceil(SMALL).next_power_of_two().trailing_zeros() as usize;
    if doublings > LARGE_SIZES {
        return (whole, None);
    }
    (SMALL << doublings, Some(SMALL_SIZES + doublings - 1))
}

// SAFETY: blocks are cut off one after the other and so never overlap; one that is given back is handed out again only
// for requests of its own size class, whose blocks are all of one size and aligned to `GRAIN`.
unsafe impl<const N: usize> GlobalAlloc for Heap<N> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (size, waiting) = block_of(layout.size(), layout.align());
        let waiting = waiting.and_then(|class| self.free.get(class));
        if let Some(first) = waiting
            && !first.get().is_null()
        {
            let block = first.get();
            // SAFETY: it was given back, so that its first bytes are those that `dealloc` wrote.
            first.set(unsafe { block.cast::<*mut u8>().read() });
            return block;
        }
        self.cut(size, layout.align())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (size, waiting) = block_of(layout.size(), layout.align());
        if self.is_last(block, size) {
            self.next.set(block);
        } else if let Some(first) = waiting.and_then(|class| self.free.get(class)) {
            // SAFETY: nobody uses the block any more, which is at least `GRAIN` bytes and aligned to as many.
            unsafe { block.cast::<*mut u8>().write(first.get()) };
            first.set(block);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (size, _) = block_of(layout.size(), layout.align());
        let (wanted, _) = block_of(new_size, layout.align());
        if self.is_last(block, size) {
            // What is left of the arena decides, and is not grown for it: it may not follow.
            if wanted <= self.end.get().addr() - block.addr() {
                self.next.set(block.wrapping_add(wanted));
                return block;
            }
        } else if wanted <= size {
            // From now on it counts as a smaller one. What it was larger by is not used again.
            return block;
        }
        // SAFETY: the caller holds to the rules of `realloc`, and the sizes are those of both blocks.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_any_size_get_a_block_that_holds_them_and_its_class_is_of_one_size() {
        let mut sizes = [None; SIZES];
        for request in (0..70_000).chain([1 << 20, 1 << 24, (1 << 24) + 1, usize::MAX / 2]) {
            let (size, class) = block_of(request, 1);
            assert!(
                size >= request && size >= GRAIN && size % GRAIN == 0,
                "{request}: {size}"
            );
            if let Some(class) = class {
                assert_eq!(*sizes[class].get_or_insert(size), size, "{request}");
            }
        }
        assert_eq!(block_of(24, 64), (32, None));
    }
}
