import Foundation
import Testing
import VremenaFFI

extension Boundary {
    @Suite struct RoundsTests {
        /// Four phones at once; two of them pull by themselves as soon as they are open, and are closed in the middle.
        @Test func tenThousandRoundsOfOpenObserveCloseLeaveNothingBehind() async throws {
            let gallery = try await Gallery.open()
            var devices: [Device] = []
            for (number, work) in zip(0..., [Work.byItself, .onDemand, .byItself, .onDemand]) {
                let phone = try await gallery.signedIn("+7900000000\(number)", work: work)
                try await phone.capture(receiptText(number + 1))
                try await phone.core.shutDown()
                devices.append(phone.device)
            }
            // Allocators and pools take their share in the first ones.
            try await rounds(250, on: devices)
            var grown = try await grownInTenThousandRounds(devices)
            if grown >= aListenerEach {
                // Allocators may take another share, once, when the machine is busy; what is left behind is left each time.
                grown = try await grownInTenThousandRounds(devices)
            }
            #expect(grown < aListenerEach)
        }
    }
}

/// A listener alone, left behind by each of ten thousand rounds, would be as much, in KiB.
private let aListenerEach = 4_000

/// By how many KiB the process has grown. Throws where anything else was left behind.
private func grownInTenThousandRounds(_ devices: [Device]) async throws -> Int {
    let before = try await eventually("the end of the core's threads") {
        let state = try ProcessState.now()
        return state.count("thread vremena") == 0 ? state : nil
    }
    try await rounds(2_500, on: devices)
    let more = Locked<[String: Int]>([:])
    let after: ProcessState
    do {
        after = try await eventually("what was there before") {
            let state = try ProcessState.now()
            let leaked = state.grown(since: before).filter { $0.value > spare(of: $0.key) }
            more.set(leaked)
            return leaked.isEmpty ? state : nil
        }
    } catch is NeverCame {
        throw Missing(what: "what was there before, \(before), but more: \(more.get())")
    }
    print("10,000 rounds: before \(before); after \(after)")
    return after.residentKilobytes - before.residentKilobytes
}

/// How many more of these may be there than before. Dispatch and Foundation take another worker, with what it waits on,
/// when the machine is busy, and keep it; none of theirs is a thread with the core's name, a file, a pipe or a socket.
private func spare(of name: String) -> Int {
    let isTheirs = name.hasPrefix("thread ") && !name.hasPrefix("thread vremena") || name.hasPrefix("anon_inode:")
    return isTheirs ? 4 : 0
}

private func rounds(_ count: Int, on devices: [Device]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for device in devices {
            group.addTask {
                for _ in 0..<count {
                    try await round(device)
                }
            }
        }
        try await group.waitForAll()
    }
}

private func round(_ device: Device) async throws {
    let phone = try await device.open()
    let heard = Heard<ReceiptsSnapshot>()
    let subscription = try phone.core.receipts().observe(listener: heard)
    try await heard.until("what the phone has") { $0.recent.count == 1 }
    try subscription.cancel()
    try await phone.core.shutDown()
    // What the test keeps itself is no leak of the app's.
    device.log.forget()
}
