import Testing
import VremenaFFI

@Test func aDate() throws {
    #expect(CalendarDate(year: 2026, month: 1, day: 2).day == 2)
}
