package ru.vremenagoda.testing

import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import ru.vremenagoda.ffi.Clock
import ru.vremenagoda.ffi.Connectivity
import ru.vremenagoda.ffi.LogRecord
import ru.vremenagoda.ffi.LogSink
import ru.vremenagoda.ffi.Ports
import ru.vremenagoda.ffi.SecureStore

/** What a phone lends; each port can be made to throw. */
class Lent(start: Instant = START) {
    val secureStore = Secrets()
    val connectivity = Switch()
    val log = LogLines()
    val clock = StoryClock(start)

    fun ports() = Ports(secureStore, connectivity, log, clock)
}

/** What the calls of a port throw instead of answering, and how often it was called. */
open class Port {
    private val troubles = ConcurrentHashMap<String, Throwable>()
    private val count = AtomicInteger()
    val calls: Int get() = count.get()

    fun breaks(call: String, trouble: Throwable) {
        troubles[call] = trouble
    }

    fun isMended() = troubles.clear()

    protected fun called(call: String) {
        count.incrementAndGet()
        troubles[call]?.let { throw it }
    }
}

class Secrets : Port(), SecureStore {
    private val values = ConcurrentHashMap<String, ByteArray>()

    override fun load(key: String): ByteArray? {
        called("load")
        return values[key]
    }

    override fun save(key: String, value: ByteArray) {
        called("save")
        values[key] = value
    }

    override fun remove(key: String) {
        called("remove")
        values.remove(key)
    }
}

class Switch : Port(), Connectivity {
    @Volatile
    var online = true

    @Volatile
    private var gate: Gate? = null

    /** Whoever asks next waits until the gate is opened. */
    fun closeGate(): Gate = Gate().also { gate = it }

    override fun isOnline(): Boolean {
        called("isOnline")
        gate?.pass()
        return online
    }
}

/** Holds a call of the core where a test wants it. */
class Gate {
    private val reached = CountDownLatch(1)
    private val opened = CountDownLatch(1)

    fun reached() = check(reached.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) { "nobody came" }

    fun open() = opened.countDown()

    fun pass() {
        reached.countDown()
        // A test that failed in between must not hold the core for ever.
        opened.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
    }
}

/** Starts at any instant, runs on with the machine's clock, and can be moved. */
class StoryClock(start: Instant) : Port(), Clock {
    private val ahead = AtomicReference(Duration.between(Instant.now(), start))

    override fun now(): Instant {
        called("now")
        return Instant.now().plus(ahead.get())
    }

    fun advance(by: Duration) {
        ahead.updateAndGet { it.plus(by) }
    }
}

class LogLines : Port(), LogSink {
    private val kept = ConcurrentLinkedQueue<LogRecord>()
    val records: List<LogRecord> get() = kept.toList()
    val lines: List<String> get() = kept.map { "${it.level} ${it.target}: ${it.message}" }

    /** What should not have happened. */
    val complaints: List<String> get() = lines.filter { it.startsWith("WARN ") || it.startsWith("ERROR ") }

    override fun log(record: LogRecord) {
        called("log")
        kept.add(record)
    }
}
