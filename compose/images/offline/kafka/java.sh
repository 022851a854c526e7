# The command that runs one of Kafka's programs; sourced.
java=(/opt/runtime/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener
  "-Dlogback.configurationFile=/opt/kafka/${LOGBACK:-logback-files.xml}" "-Dkafka.logs.dir=${LOG_DIR:-/tmp/logs}"
  -cp '/opt/kafka/libs/*')
# shellcheck disable=SC2206  # Options are separated by blanks.
java+=(${KAFKA_HEAP_OPTS:-})
