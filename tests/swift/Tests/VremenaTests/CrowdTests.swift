import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// Many callers at once.
    @Suite struct CrowdTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn(work: .byItself)
        }

        @Test func thirtyTwoTasksCaptureAndLookAtOnceAndNothingIsLost() async throws {
            let core = phone.core
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<32 {
                    group.addTask {
                        let heard = Heard<ReceiptsSnapshot>()
                        let subscription = try core.receipts().observe(listener: heard)
                        for receipt in 1...4 {
                            guard
                                case .captured = try await core.receipts().captureText(
                                    text: receiptText(100 * number + receipt))
                            else { throw Missing(what: "a capture") }
                            // The same receipt of all of them, which only one of them captures.
                            _ = try await core.receipts().captureText(text: receiptText(9_999))
                            _ = try await core.home().snapshot()
                            _ = try await core.outbox().page(after: 0, limit: 10)
                        }
                        _ = try await core.sync().pull()
                        try await heard.until("a capture") { !$0.recent.isEmpty }
                        try subscription.cancel()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await phone.receipts().count == 32 * 4 + 1)
            let heard = Heard<ReceiptsSnapshot>()
            let subscription = try core.receipts().observe(listener: heard)
            try await heard.until("an empty queue") { $0.queued == 0 }
            #expect(try await gallery.admin.receipts().count == 32 * 4 + 1)
            try subscription.cancel()
        }

        @Test func thirtyTwoThreadsShareEveryObjectAtOnce() async throws {
            let core = phone.core
            let code = try await core.wallet().card().orThrow("a card").code.orThrow("a code")
            let (frame, live) = (Frame(showing: code), try core.scanner().live())
            let (begin, ended) = (DispatchSemaphore(value: 0), Locked<[(any Error)?]>([]))
            for number in 0..<32 {
                Thread.detachNewThread {
                    begin.wait()
                    var fault: (any Error)?
                    do {
                        try useEverything(core, live, frame, number)
                    } catch {
                        fault = error
                    }
                    ended.change { $0.append(fault) }
                }
            }
            for _ in 0..<32 {
                begin.signal()
            }
            try await eventually("32 ended threads") { ended.get().count == 32 }
            #expect(ended.get().allSatisfy { $0 == nil }, "\(ended.get())")
        }
    }
}

private func useEverything(_ core: VremenaCore, _ live: LiveScanner, _ frame: Frame, _ number: Int) throws {
    for _ in 0..<5 {
        guard try live.look(at: frame).codes.count == 1 else { throw Missing(what: "the card's code") }
        try live.forget()
        guard try core.texts().money(amount: Int64(100 * number)) == "\(number)\u{a0}₽" else {
            throw Missing(what: "money")
        }
        let heard = Heard<HomeSnapshot>()
        let subscription = try core.home().observe(listener: heard)
        try core.foreground()
        try core.connectivityChanged()
        _ = (try core.account(), try core.events(), try core.feed(), try core.notices(), try core.outbox())
        _ = (try core.programme(), try core.receipts(), try core.scanner(), try core.sync(), try core.wallet())
        try subscription.cancel()
    }
}
