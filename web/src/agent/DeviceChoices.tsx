import { useQuery } from "@tanstack/react-query";
import { Form, Select, Slider, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { listDevices, useDevices } from "~/softphone/devices";
import { softphone } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";

/** Which microphone, which speaker, where it rings. A running call moves at once. */
export function DeviceChoices() {
  const { t } = useTranslation("desk");
  const chosen = useDevices();
  const hasOpus = usePhone((state) => state.hasOpus);
  const { data } = useQuery({ queryKey: ["devices"], queryFn: listDevices, staleTime: 2_000 });
  const choose = (choice: Parameters<typeof chosen.choose>[0]) => {
    chosen.choose(choice);
    void softphone.useChosenDevices();
  };
  const options = (devices: MediaDeviceInfo[] = []) => [{ value: "", label: t("device.system") }, ...devices.map(({ deviceId, label }) => ({ value: deviceId, label: label || deviceId.slice(0, 8) }))];
  const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
  return (
    <Form layout="vertical">
      <Form.Item label={t("device.microphone")}>
        <Select aria-label={t("device.microphone")} value={chosen.microphone} options={options(data?.microphones)} onChange={(microphone) => choose({ microphone })} />
      </Form.Item>
      {canChooseSpeaker && (
        <>
          <Form.Item label={t("device.speaker")}>
            <Select aria-label={t("device.speaker")} value={chosen.speaker} options={options(data?.speakers)} onChange={(speaker) => choose({ speaker })} />
          </Form.Item>
          <Form.Item label={t("device.ringer")}>
            <Select aria-label={t("device.ringer")} value={chosen.ringer} options={options(data?.speakers)} onChange={(ringer) => choose({ ringer })} />
          </Form.Item>
        </>
      )}
      <Form.Item label={t("device.ringVolume")}>
        <Slider ariaLabelForHandle={t("device.ringVolume")} min={0} max={1} step={0.05} tooltip={{ open: false }} value={chosen.ringVolume} onChange={(ringVolume) => chosen.choose({ ringVolume })} />
      </Form.Item>
      {hasOpus && (
        <Form.Item label={t("device.lowBandwidth")} extra={t("device.lowBandwidthHint")}>
          <Switch aria-label={t("device.lowBandwidth")} checked={chosen.lowBandwidth} onChange={(lowBandwidth) => chosen.choose({ lowBandwidth })} />
        </Form.Item>
      )}
    </Form>
  );
}
