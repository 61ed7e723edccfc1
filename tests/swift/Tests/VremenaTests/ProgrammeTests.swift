import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// The member's tier, and what explains it.
    @Suite struct ProgrammeTests {
        @Test func whatIsPendingIsProjectedAndWhatIsCreditedIsExplained() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let programme = try phone.core.programme()
            try await phone.capture(receiptText(1, roubles: 300_000))
            #expect(try await phone.drain().sent == 1)
            _ = try await phone.core.sync().pull()

            let pending = try await programme.snapshot()
            #expect(pending.tier?.id == "vesna" && pending.sum == 0)
            #expect(pending.projected?.tier.id == "leto" && pending.projected?.sum == 30_000_000)
            #expect(pending.standing?.timeline == [])
            #expect(pending.toNext?.need == [sum(reached: 0, missing: 30_000_000)])
            #expect(pending.ladder.map(\.tier.id) == ["vesna", "leto", "osen", "zima"])
            #expect(pending.ladder.allSatisfy { !$0.benefits.isEmpty })

            let receipt = try await credited(phone, gallery)
            let explained = try await programme.snapshot()
            #expect(explained.tier?.id == "leto" && explained.projected == nil)
            let standing = try explained.standing.orThrow("a standing")
            #expect(!standing.isGranted && standing.outlook.isEmpty)
            let id = try receipt.receiptId.orThrow("the gallery's name of the receipt")
            #expect(standing.timeline.map(\.tier.id) == ["leto"])
            #expect(standing.timeline.map(\.because) == [.entry(id: "\(id)")])
            #expect(standing.timeline.map(\.at) == [standing.since])
            #expect(standing.toKeep?.by == CalendarDate(year: 2027, month: 3, day: 12))
            #expect(standing.toKeep?.need == [sum(reached: 0, missing: 30_000_000)])
            try await phone.core.shutDown()
        }

        private func credited(_ phone: Phone, _ gallery: Gallery) async throws -> Receipt {
            for _ in 0..<8 {
                try await gallery.timePasses(hours / 2, for: phone.device)
                _ = try await phone.core.sync().pull()
                let receipt = try await phone.onlyReceipt()
                if receipt.state == .credited { return receipt }
            }
            throw Missing(what: "a credited receipt")
        }

        private func sum(reached: Int64, missing: Int64) -> NeedLine {
            let part = NeedPart.amount(
                metric: .sum, category: nil, reached: reached, atLeast: reached + missing, missing: missing)
            return NeedLine(depth: 0, part: part)
        }
    }
}
