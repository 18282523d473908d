"""What breaks, broken on purpose: processes killed, clocks that jump, disks that are full. See docs/faults.md."""
