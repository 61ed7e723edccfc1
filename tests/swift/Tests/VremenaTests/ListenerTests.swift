import Foundation
import Testing
import VremenaFFI

extension Boundary {
    @Suite struct ListenerTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.phone()
        }

        @Test(arguments: Thrown.allCases)
        func whatAListenerThrowsIsLoggedAndItIsCalledAgain(_ thrown: Thrown) async throws {
            let listeners = Listeners()
            listeners.setFault(thrown.byPorts)
            let subscriptions = try listeners.observe(phone.core)
            let notices = Heard<NoticesSnapshot>()
            notices.fault.set(thrown.byPorts)
            let noticing = try phone.core.notices().observe(listener: notices)
            try await eventually("the first snapshot of each") {
                notices.count == 1 && listeners.counts.allSatisfy { $0 >= 1 }
            }
            try await eventually("a log line for each") {
                phone.device.log.lines.filter { $0.hasSuffix("observe: listener-failed detail=\(thrown.told)") }.count >= 8
            }
            try await phone.device.log.tells("observe: listener-failed detail=\(thrown.told)")

            try await gallery.signIn(phone)
            try await phone.capture(receiptText(1))
            _ = try await phone.core.sync().pull()
            try await eventually("the next snapshot of each") { listeners.counts.allSatisfy { $0 >= 2 } }
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).sent == 1)
            for subscription in subscriptions + [noticing] {
                try subscription.cancel()
                try subscription.cancel()
            }
        }

        @Test func theNewestSnapshotComesAlsoToASlowListener() async throws {
            try await gallery.signIn(phone)
            let slow = SlowListener()
            let subscription = try phone.core.receipts().observe(listener: slow)
            try await eventually("the first call") { slow.calls.get() == 1 }
            for number in 1...20 {
                try await phone.capture(receiptText(number))
            }
            // Its first call is still under way, and has kept neither the captures nor these answers back.
            #expect(try await phone.receipts().count == 20)
            #expect(slow.calls.get() == 1)
            slow.goOn.signal()
            try await eventually("the newest snapshot") { slow.newest.get() == 20 }
            #expect(slow.calls.get() < 20, "what it missed is skipped")
            #expect(!slow.twiceAtOnce.get())
            try subscription.cancel()
        }
    }
}

/// One listener of each kind whose subject changes while a member uses the app.
private struct Listeners {
    let card = Heard<Card?>()
    let events = Heard<EventsSnapshot>()
    let feed = Heard<FeedSnapshot>()
    let home = Heard<HomeSnapshot>()
    let programme = Heard<ProgrammeSnapshot>()
    let queue = Heard<QueueSnapshot>()
    let receipts = Heard<ReceiptsSnapshot>()

    var counts: [Int] {
        [card.count, events.count, feed.count, home.count, programme.count, queue.count, receipts.count]
    }

    func setFault(_ fault: any Error & Sendable) {
        let slots = [
            card.fault, events.fault, feed.fault, home.fault, programme.fault, queue.fault, receipts.fault,
        ]
        for slot in slots {
            slot.set(fault)
        }
    }

    func observe(_ core: VremenaCore) throws -> [Subscription] {
        [
            try core.wallet().observe(listener: card), try core.events().observe(listener: events),
            try core.feed().observe(listener: feed), try core.home().observe(listener: home),
            try core.programme().observe(listener: programme), try core.outbox().observe(listener: queue),
            try core.receipts().observe(listener: receipts),
        ]
    }
}

/// Holds its first call until it may go on.
private final class SlowListener: ReceiptsListener, @unchecked Sendable {
    let calls = Locked(0)
    let newest = Locked(0)
    let twiceAtOnce = Locked(false)
    let goOn = DispatchSemaphore(value: 0)
    private let inside = Locked(false)

    func onReceipts(snapshot: ReceiptsSnapshot) throws {
        if inside.change({ was in
            defer { was = true }
            return was
        }) {
            twiceAtOnce.set(true)
        }
        defer { inside.set(false) }
        if calls.change({
            $0 += 1
            return $0
        }) == 1 {
            goOn.wait()
        }
        newest.set(snapshot.recent.count)
    }
}
