//! Blocks hold what was written to them, whatever is asked for and given back in between.
#![allow(clippy::unwrap_used, unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};

use pfms_heap::Heap;
use proptest::prelude::*;

const ARENA: usize = 1 << 18;

#[derive(Debug, Clone)]
enum Step {
    Take { size: usize, align: usize },
    Resize { which: usize, size: usize },
    Give { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![4 => 1_usize..200, 2 => 1_usize..3_000, 1 => 1_usize..40_000];
    prop_oneof![
        3 => (size.clone(), 0_u32..8).prop_map(|(size, align)| Step::Take { size, align: 1 << align }),
        2 => (any::<usize>(), size).prop_map(|(which, size)| Step::Resize { which, size }),
        2 => any::<usize>().prop_map(|which| Step::Give { which }),
    ]
}

/// A block and what its bytes are.
struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

impl Block {
    /// Every byte, as it was written.
    fn is_whole(&self, bytes: usize) -> bool {
        (0..bytes).all(|at| unsafe { self.start.add(at).read() } == self.mark)
    }

    fn write(&self) {
        unsafe { self.start.write_bytes(self.mark, self.layout.size()) };
    }
}

proptest! {
    #[test]
    fn no_block_is_anybody_elses(steps in prop::collection::vec(step(), 1..300)) {
        let heap = Box::new(Heap::<ARENA>::new());
        let mut blocks: Vec<Block> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let mark = u8::try_from(number % 251).unwrap();
            match step {
                Step::Take { size, align } => {
                    let layout = Layout::from_size_align(size, align).unwrap();
                    let start = unsafe { heap.alloc(layout) };
                    if !start.is_null() {
                        prop_assert_eq!(start.addr() % align, 0);
                        let block = Block { start, layout, mark };
                        block.write();
                        blocks.push(block);
                    }
                }
                Step::Resize { which, size } if !blocks.is_empty() => {
                    let which = which % blocks.len();
                    let block = &mut blocks[which];
                    let start = unsafe { heap.realloc(block.start, block.layout, size) };
                    if !start.is_null() {
                        prop_assert_eq!(start.addr() % block.layout.align(), 0);
                        block.start = start;
                        let kept = block.layout.size().min(size);
                        prop_assert!(block.is_whole(kept));
                        block.layout = Layout::from_size_align(size, block.layout.align()).unwrap();
                        block.mark = mark;
                        block.write();
                    }
                }
                Step::Give { which } if !blocks.is_empty() => {
                    let block = blocks.swap_remove(which % blocks.len());
                    prop_assert!(block.is_whole(block.layout.size()));
                    unsafe { heap.dealloc(block.start, block.layout) };
                }
                Step::Resize { .. } | Step::Give { .. } => {}
            }
        }
        for block in &blocks {
            prop_assert!(block.is_whole(block.layout.size()));
        }
    }
}

#[test]
fn what_is_given_back_is_used_again() {
    let heap = Box::new(Heap::<ARENA>::new());
    for size in [1, 100, 1_000, 5_000, 100_000] {
        let layout = Layout::from_size_align(size, 8).unwrap();
        for _ in 0..10_000 {
            let (one, other) = unsafe { (heap.alloc(layout), heap.alloc(Layout::new::<u64>())) };
            assert!(!one.is_null() && !other.is_null(), "{size}");
            unsafe {
                heap.dealloc(one, layout);
                heap.dealloc(other, Layout::new::<u64>());
            }
        }
    }
}

#[test]
fn the_last_block_grows_where_it_is() {
    let heap = Box::new(Heap::<ARENA>::new());
    let mut layout = Layout::from_size_align(8, 1).unwrap();
    let start = unsafe { heap.alloc(layout) };
    for size in [16, 17, 500, 3_000, 200_000, 10] {
        assert_eq!(unsafe { heap.realloc(start, layout, size) }, start);
        layout = Layout::from_size_align(size, 1).unwrap();
    }
    let next = unsafe { heap.alloc(layout) };
    assert_eq!(next.addr() - start.addr(), 16);
}

#[test]
fn more_than_there_is_gets_nothing() {
    let heap = Box::new(Heap::<ARENA>::new());
    for (size, align) in [(ARENA + 1, 1), (isize::MAX as usize - 64, 32)] {
        assert!(unsafe { heap.alloc(Layout::from_size_align(size, align).unwrap()) }.is_null());
    }
    assert!(!unsafe { heap.alloc(Layout::new::<u64>()) }.is_null());
}
