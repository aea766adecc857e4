export default {
  title: "键盘快捷键",
  part: { everywhere: "所有页面", desk: "坐席", call: "通话时间轴", flow: "流程编辑器" },
  everywhere: { help: "显示快捷键", skip: "跳到下一项；第一次可跳到正文", close: "关闭弹窗" },
  desk: {
    answer: "接听",
    hangUp: "挂机或拒接",
    hold: "保持或取回",
    mute: "静音",
    available: "签入或转为空闲",
    break: "小休",
    help: "显示快捷键",
  },
  call: { zoom: "放大、缩小", move: "左右移动", whole: "显示全部", play: "播放、暂停" },
  flow: { undo: "撤销", redo: "重做" },
} as const;
